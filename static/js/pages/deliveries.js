import "../drum-patient.js";
import "../drum-triage.js";
import "../drum-focus.js";
