"""The parts of the page, each a function of the report; a part without content is nothing."""
