use feedbox_core::Entry;
use proptest::prelude::*;

proptest! {
    #[test]
    fn titles_are_kept(title in ".*") {
        let e = Entry::new("id", "http://example.org", &title).unwrap();
        prop_assert_eq!(e.title, title);
    }
}
