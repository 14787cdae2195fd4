import "../drum-toast.js";
import "../drum-dialog.js";
import "../drum-busy.js";
import "../drum-theme.js";
import "../drum-keys.js";
import "../drum-palette.js";
import "../drum-live.js";
