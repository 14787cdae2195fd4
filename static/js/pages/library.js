import "../drum-straight.js";
import "../drum-sending.js";
import "../drum-library.js";
import "../drum-shelf.js";
import "../drum-patient.js";
import "../drum-focal.js";
