"""Landing and bronze: delivered files in, typed rows out."""
