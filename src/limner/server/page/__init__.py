"""The page that shows portraits: modules a browser runs as they are, without a build step."""
