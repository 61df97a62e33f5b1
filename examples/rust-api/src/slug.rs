/// The text as a part of an address: lower-case ASCII letters and digits, with one hyphen between words.
pub fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn joins_words_with_one_hyphen() {
        assert_eq!(slug("  Hello, World 2! "), "hello-world-2");
        assert_eq!(slug(" -- "), "");
    }
}
