// Security keys, added or asked for: allauth's own script, told where the button and the fields are.
const { addForm, authenticateForm } = window.allauth?.webauthn.forms ?? {};
const asking = document.getElementById("webauthn_form");
const adding = document.getElementById("key_form");

if (asking) {
  authenticateForm({ ids: { authenticate: "mfa_webauthn_authenticate", credential: asking.elements.credential.id, data: "js_data" } });
}
if (adding) {
  const { credential, passwordless } = adding.elements;
  addForm({ ids: { add: "mfa_webauthn_add", passwordless: passwordless?.id, credential: credential.id, data: "js_data" } });
}
