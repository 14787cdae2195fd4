// A security key beside the code: allauth's own script, told where its button and its field are.
const form = document.getElementById("webauthn_form");

if (form) {
  window.allauth.webauthn.forms.authenticateForm({
    ids: { authenticate: "mfa_webauthn_authenticate", credential: form.elements.credential.id, data: "js_data" },
  });
}
