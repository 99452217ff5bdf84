"""What behaviour and vectors tell of attributes, measured."""
