/** A certificate in the form that people paste, from a file that holds it as PEM or as DER. */
export function pemOf(bytes: Uint8Array): string {
  const der = bytes[0] === 0x30;
  if (!der) return new TextDecoder().decode(bytes);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?!$)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** Whether a text holds what must never leave its owner, the server included. */
export function holdsKey(text: string): boolean {
  return /PRIVATE KEY/i.test(text);
}
