"""One file to mail: a run as a page whose sliders weigh its stored worlds."""
