/* Protects the HTML side: no raw HTML, no scheme but three, no comments as text, and pages that load nothing. */
#include "pland/plan/document.h"

#include <string.h>

#include "unit/plan_fixture.h"

static struct err err;

static void renders(const char *md, const char *html)
{
    auto_buf b = BUF_INIT(1 << 20);
    ck_assert_int_eq(markdown_html(md, strlen(md), &b, &err), ERR_OK);
    ck_assert_str_eq(buf_cstr(&b), html);
}

#define REL "rel=\"noopener noreferrer nofollow\""

START_TEST(links_and_images_by_scheme)
{
    renders("[x](https://a/b)", "<p><a " REL " href=\"https://a/b\">x</a></p>\n");
    renders("[x](HTTP://a)", "<p><a " REL " href=\"HTTP://a\">x</a></p>\n");
    renders("<me@example.org>", "<p><a " REL " href=\"mailto:me@example.org\">me@example.org</a></p>\n");
    renders("[x](javascript:alert)", "<p>x</p>\n");
    renders("[*x*](JavaScript:alert 'title') y", "<p><em>x</em> y</p>\n");
    renders("[**x**](data:text/html,y)", "<p><strong>x</strong></p>\n");
    renders("[x](//evil.example)", "<p>x</p>\n");
    renders("[x](/plans/1/cancel)", "<p>x</p>\n");
    renders("[x](https:evil)", "<p>x</p>\n");
    renders("[x](&#106;avascript:alert)", "<p>x</p>\n");
    renders("[x][r]\n\n[r]: vbscript:y", "<p>x</p>\n");
    renders("![p](data:image/png;base64,AA \"t>\")", "<p>p</p>\n");
    renders("![a \" > b](file:///etc/passwd)", "<p>a &quot; &gt; b</p>\n");
    renders("[![p](x.png)](https://a)", "<p><a " REL " href=\"https://a\">p</a></p>\n");
    renders("![p](https://a/p.png)",
            "<p><img referrerpolicy=\"no-referrer\" loading=\"lazy\" src=\"https://a/p.png\" alt=\"p\"></p>\n");
    renders("![i](t[! )i](http://p)", "<p>ii</p>\n"); /* md4c closes a link that it has not opened */
    renders("[a](ftp://x) [b](http://y)", "<p>a <a " REL " href=\"http://y\">b</a></p>\n");
}
END_TEST

START_TEST(raw_html_is_text)
{
    renders("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n");
    renders("a <b onclick=x>", "<p>a &lt;b onclick=x&gt;</p>\n");
}
END_TEST

START_TEST(comments_vanish_but_not_from_code)
{
    renders("<!-- ph1 -->\n## T", "<h2>T</h2>\n");
    renders("a<!-- x\ny -->b", "<p>ab</p>\n");
    renders("`<!-- x -->`", "<p><code>&lt;!-- x --&gt;</code></p>\n");
    renders("```\n<!-- x -->\n```", "<pre><code>&lt;!-- x --&gt;\n</code></pre>\n");
    renders("```\n```` x\n        ```\n<!-- x -->\n```",
            "<pre><code>```` x\n        ```\n&lt;!-- x --&gt;\n</code></pre>\n");
    renders("```\n<!--\n```\n<!-- x -->\n\n    ```\n<!-- y -->\n",
            "<pre><code>&lt;!--\n</code></pre>\n<pre><code>```\n</code></pre>\n");
    renders("a <!-- open", "<p>a &lt;!-- open</p>\n");
    renders("<!-- a --><!-- b -->x <!--", "<p>x &lt;!--</p>\n");
    renders("\\` <!-- x --> `y", "<p>`  `y</p>\n");
    renders("", "");
}
END_TEST

START_TEST(too_much_is_refused)
{
    size_t n = (4 << 20) + 1;
    char *big = calloc(1, n + 1);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT), tiny = BUF_INIT(10);
    ck_assert_ptr_nonnull(big);
    memset(big, 'a', n);
    ck_assert_int_eq(markdown_html(big, n, &b, &err), ERR_TOO_LARGE);
    ck_assert_int_eq(markdown_html(big, 100, &tiny, &err), ERR_TOO_LARGE);
    free(big);
}
END_TEST

/* md4c 0.4.8 looked at the byte behind its input here, and then went on for gigabytes when it was ")". */
START_TEST(nothing_behind_the_input_is_read)
{
    static const char text[] = " ![d](http://) [\n<b>\n|--- <\ntbr- https://.<!--http://) [i](hti](http://\")";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        char *exact = malloc(n + 1); /* so that a sanitizer sees what we read, and ")" is what md4c would */
        auto_buf b = BUF_INIT(1 << 20);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, text, n);
        exact[n] = ')';
        ck_assert_int_eq(markdown_html(exact, n, &b, &err), ERR_OK);
        ck_assert_uint_lt(b.n, 2000);
        free(exact);
    }
}
END_TEST

START_TEST(a_page_stands_alone)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    const char *s;
    ck_assert_int_eq(document_html(&d, 3, NULL, NULL, &b, &err), ERR_OK);
    s = buf_cstr(&b);
    ck_assert_ptr_eq(strstr(s, "<!doctype html>"), s);
    ck_assert_ptr_nonnull(strstr(s, "<title>Rate limits for the public API</title>"));
    ck_assert_ptr_nonnull(strstr(s, "<li><a href=\"#ph3\">P2 Middleware</a></li>"));
    ck_assert_ptr_nonnull(strstr(s, "<a class=\"anchor\" id=\"ph3\"></a>\n<h3>P2 Middleware</h3>"));
    ck_assert_ptr_nonnull(strstr(s, "<details>\n<summary>src/long.c (60 lines)</summary>\n\n<pre>"));
    ck_assert_ptr_nonnull(strstr(s, "</code></pre>\n</details>"));
    ck_assert_ptr_null(strstr(s, "<script"));
    ck_assert_ptr_null(strstr(s, "<link"));
    ck_assert_ptr_null(strstr(s, "@import"));
    ck_assert_ptr_null(strstr(s, "url("));
    ck_assert_str_eq(s + strlen(s) - strlen("</main>\n</body>\n</html>\n"), "</main>\n</body>\n</html>\n");
}
END_TEST

START_TEST(every_anchor_of_the_contents_exists)
{
    static const char *const names[] = { "full.json", "small.json", "hostile.json" };
    for (size_t i = 0; i < countof(names); i++) {
        auto_arena a = arena_new(0);
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d = fixture(a, names[i]);
        ck_assert_int_eq(document_html(&d, 1, NULL, NULL, &b, &err), ERR_OK);
        for (const char *s = buf_cstr(&b); (s = strstr(s, "<a href=\"#"));) {
            char id[100];
            s += strlen("<a href=\"#");
            (void)snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(s, "\""), s);
            ck_assert_msg(strstr(buf_cstr(&b), id) != NULL, "%s", id);
        }
    }
}
END_TEST

UNIT_MAIN("plan_html", { links_and_images_by_scheme, raw_html_is_text, comments_vanish_but_not_from_code,
                         too_much_is_refused, nothing_behind_the_input_is_read, a_page_stands_alone,
                         every_anchor_of_the_contents_exists })
