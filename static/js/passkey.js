// Passkeys: made on the settings' page, used on the sign-in page. A form marked `data-passkey`
// stays hidden where the browser knows no passkeys; the other ways in stand beside it.

const known =
  window.PublicKeyCredential &&
  PublicKeyCredential.parseCreationOptionsFromJSON &&
  PublicKeyCredential.parseRequestOptionsFromJSON &&
  PublicKeyCredential.prototype.toJSON;

async function challenge(form) {
  const response = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function use(form) {
  const { publicKey } = await challenge(form);
  return navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  });
}

async function make() {
  const { creation_options: options } = JSON.parse(
    document.getElementById("passkey-options").textContent,
  );
  // One that opens the account by itself: kept on the device, and opened by a finger, a face or
  // a PIN there.
  Object.assign(options.publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  return navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey),
  });
}

async function onSubmit(event) {
  const form = event.target;
  event.preventDefault();
  const said = form.querySelector("[role=alert]");
  said.hidden = true;
  try {
    const credential = await (form.dataset.passkey === "make" ? make() : use(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    said.hidden = false;
  }
}

if (known) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", onSubmit);
  }
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
}
