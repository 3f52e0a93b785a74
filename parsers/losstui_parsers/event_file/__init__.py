"""Reading TensorBoard event files with numpy: framing, wire format, bulk paths, damage."""
