'use strict';

// Forms that ask for a passkey: fetches what the authenticator has to sign, asks it, sends its answer in the form.
(() => {
  const bytes = text =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0));
  const text = buffer =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const known = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }));

  const options = async form => {
    const answer = await fetch(form.dataset.options, {
      method: 'POST',
      credentials: 'same-origin',
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.ok || !answer.headers.get('content-type')?.startsWith('application/json')) {
      throw new Error('no options');
    }
    return answer.json();
  };

  const create = async given => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...given,
        challenge: bytes(given.challenge),
        user: { ...given.user, id: bytes(given.user.id) },
        excludeCredentials: known(given.excludeCredentials),
      },
    });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      authenticatorAttachment: made.authenticatorAttachment ?? undefined,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports?.() ?? [],
      },
    };
  };

  const get = async given => {
    const used = await navigator.credentials.get({
      publicKey: {
        ...given,
        challenge: bytes(given.challenge),
        allowCredentials: known(given.allowCredentials),
      },
    });
    const handle = used.response.userHandle;
    return {
      id: used.id,
      rawId: text(used.rawId),
      type: used.type,
      authenticatorAttachment: used.authenticatorAttachment ?? undefined,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(used.response.clientDataJSON),
        authenticatorData: text(used.response.authenticatorData),
        signature: text(used.response.signature),
        userHandle: handle ? text(handle) : undefined,
      },
    };
  };

  if (!window.PublicKeyCredential) {
    return;
  }
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const button = form.querySelector('button');
    const status = form.querySelector('[role=status]');
    form.hidden = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      button.disabled = true;
      status.textContent = 'Waiting for your device …';
      try {
        const given = await options(form);
        const credential = form.dataset.passkey === 'create' ? await create(given) : await get(given);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch (error) {
        button.disabled = false;
        status.textContent =
          error.name === 'InvalidStateError'
            ? 'This device has a passkey for your account already.'
            : 'It did not work. Nothing was changed; you can try again.';
      }
    });
  }
})();
