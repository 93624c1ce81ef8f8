use insta::assert_snapshot;

#[test]
fn the_list_of_goods() {
    assert_snapshot!("rice\nbeans", @"rice\nbeans");
}
