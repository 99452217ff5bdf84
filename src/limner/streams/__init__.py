"""Sources that go on: brokers and pipes, read line by line from where the last run ended."""
