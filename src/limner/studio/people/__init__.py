"""Many users: audiences, segments, those who are like some, everyone at a glance."""
