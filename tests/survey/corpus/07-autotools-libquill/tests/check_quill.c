/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>

#include "quill.h"

START_TEST(open_refuses_a_folder)
{
    struct quill *q;
    ck_assert_int_eq(quill_open(&q, "/"), QUILL_EIO);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("quill");
    TCase *t = tcase_create("open");
    tcase_add_test(t, open_refuses_a_folder);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
