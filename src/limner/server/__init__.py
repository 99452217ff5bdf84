"""The service: portraits over HTTP, as the command line has them (extra ``serve``)."""
