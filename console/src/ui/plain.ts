/**
 * What machines and people wrote, made safe to look at: without control characters, and without those that turn the
 * direction of text or hide in it, by which a name could show as another (Unicode TR 36, 39).
 */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function plain(text: unknown, longest = 2_000): string {
  if (text === null || text === undefined) return '';
  const clean = String(text).replace(HIDDEN, '\ufffd');
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
