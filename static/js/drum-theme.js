// Theme and sidebar width: kept in cookies, so that the server draws the next page right at once.
const YEAR = 31536000;

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

function turn() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  keep("theme", root.dataset.theme);
  return root.dataset.theme;
}

// Signed in, the choice belongs to the account: the form's own submit, without leaving the page.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form);
  body.set("theme", turn());
  fetch(form.action, { method: "POST", body, keepalive: true });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) turn();
  if (event.target.closest("[data-toggle-side]")) {
    const narrow = document.body.dataset.side !== "narrow";
    document.body.dataset.side = narrow ? "narrow" : "";
    keep("side", narrow ? "narrow" : "wide");
  }
});
