"""New labels before a model learns from them: what contradicts, stands alone or does harm is held back."""
