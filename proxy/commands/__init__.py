"""What the commands do: one module each. `proxy.cli` reads their options and prints what they return."""
