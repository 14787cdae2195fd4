import "../drum-toast.js";
import "../drum-dialog.js";
import "../drum-busy.js";
import "../drum-theme.js";
