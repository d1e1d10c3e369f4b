"""From a meter's message or file to stored readings, without losing one."""
