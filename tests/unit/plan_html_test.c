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
    renders("[x](https://a/?b=1&amp;c='d\xc3\xa4)", "<p><a " REL " href=\"https://a/?b=1&amp;c=%27d%C3%A4\">x</a></p>\n");
    renders("[x](https://a/&quot;y&#34;&#0;)", "<p><a " REL " href=\"https://a/%22y%22%EF%BF%BD\">x</a></p>\n");
    renders("[x](https&colon;//a)", "<p>x</p>\n");
    renders("![i](t[! )i](http://p)", "<p>ii</p>\n"); /* md4c closes a link that it has not opened */
    renders("[a](ftp://x) [b](http://y)", "<p>a <a " REL " href=\"http://y\">b</a></p>\n");
}
END_TEST

/* Nothing is loaded: an image is a link to it. */
START_TEST(images_are_links)
{
    renders("![p](https://a/p.png)", "<p><a " REL " href=\"https://a/p.png\">p</a></p>\n");
    renders("![](https://a/p.png \"t\")", "<p><a " REL " href=\"https://a/p.png\" title=\"t\">image</a></p>\n");
    renders("![*p* [q](https://b)](https://a)", "<p><a " REL " href=\"https://a\">p q</a></p>\n");
    renders("![](javascript:x)", "<p></p>\n");
}
END_TEST

#define BOX "<li class=\"task\"><label><input type=\"checkbox\" disabled"

START_TEST(boxes_have_labels)
{
    renders("- [ ] a `b`\n- [x] c", "<ul>\n" BOX "> a <code>b</code></label></li>\n" BOX " checked> c</label></li>\n</ul>\n");
    renders("- [ ] a\n\n  ```\n  x\n  ```",
            "<ul>\n<li class=\"task\"><p><label><input type=\"checkbox\" disabled> a</label></p>\n"
            "<pre><code>x\n</code></pre>\n</li>\n</ul>\n");
    renders("- [ ] <!-- nothing -->",
            "<ul>\n<li class=\"task\"><input type=\"checkbox\" aria-label=\"Task\" disabled>\n</li>\n</ul>\n");
    renders("- [ ] <b>", "<ul>\n" BOX "> &lt;b&gt;</label></li>\n</ul>\n");
}
END_TEST

START_TEST(tables_scroll_and_have_heads)
{
    renders("|a|b|\n|---|--:|\n|`x`|y|",
            "<div class=\"table\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n<th scope=\"col\" class=\"right\">b</th>\n"
            "</tr>\n</thead>\n<tbody>\n<tr>\n<td><code>x</code></td>\n<td class=\"right\">y</td>\n</tr>\n</tbody>\n"
            "</table>\n</div>\n");
}
END_TEST

START_TEST(code_chooses_no_classes)
{
    renders("```c++\nx\n\n\n```", "<pre><code class=\"language-c++\">x\n</code></pre>\n");
    renders("```a&#32;mermaid\nx\n```", "<pre><code>x\n</code></pre>\n");
    renders("```a\"b\nx\n```", "<pre><code>x\n</code></pre>\n");
    renders("```mermaid\nx\n```", "<pre><code class=\"language-mermaid\">x\n</code></pre>\n");
}
END_TEST

#define GONE "\xef\xbf\xbd"

/* Entities become characters before they are escaped; what HTML forbids and what turns text around is made visible. */
START_TEST(characters_are_what_they_look_like)
{
    auto_buf b = BUF_INIT(1000);
    renders("&lt;b&gt; &#60;b&#x3E; &amp;lt;", "<p>&lt;b&gt; &lt;b&gt; &amp;lt;</p>\n");
    renders("&nosuch; &mdash; &uuml; &#8212;", "<p>&amp;nosuch; \xe2\x80\x94 \xc3\xbc \xe2\x80\x94</p>\n");
    renders("&#0;&#1;&#xd800;&#x110000;&#99999999;", "<p>" GONE GONE GONE GONE "&amp;#99999999;</p>\n");
    renders("a\xe2\x80\xae" "b &#x202e;", "<p>a[U+202E]b [U+202E]</p>\n");
    renders("`\xe2\x81\xa6x`", "<p><code>[U+2066]x</code></p>\n");
    renders("a\001b\x7f\xc2\x80", "<p>a" GONE "b" GONE GONE "</p>\n");
    renders("a\xff\xc3(\xed\xa0\x80\xf0\x9f\x98\x80", "<p>a" GONE GONE "(" GONE "\xf0\x9f\x98\x80</p>\n");
    ck_assert_int_eq(markdown_html("a\0b", 3, &b, &err), ERR_OK);
    ck_assert_str_eq(buf_cstr(&b), "<p>a" GONE "b</p>\n");
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
    ck_assert_int_eq(document_html(&d, &(struct rendering){ .revision = 3 }, &b, &err), ERR_OK);
    s = buf_cstr(&b);
    ck_assert_ptr_eq(strstr(s, "<!doctype html>"), s);
    ck_assert_ptr_nonnull(strstr(s, "<title>Rate limits for the public API</title>"));
    ck_assert_ptr_nonnull(strstr(s, "<li><a href=\"#ph3\">P2 Middleware</a></li>"));
    ck_assert_ptr_nonnull(strstr(s, "<section id=\"ph3\" class=\"phase\">\n<h3>P2 Middleware</h3>"));
    ck_assert_ptr_nonnull(strstr(s, "</section>\n<p><strong>Automated verification</strong></p>"));
    ck_assert_ptr_nonnull(strstr(s, "<summary>Timeline as Mermaid text</summary>\n\n<pre class=\"mermaid\">\ngantt\n"));
    ck_assert_ptr_nonnull(strstr(s, "<rect class=\"path\" x=\"0.00%\" y=\"23\" width=\""));
    ck_assert_ptr_nonnull(strstr(s, "<details>\n<summary>60 lines</summary>\n\n<pre>"));
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
        ck_assert_int_eq(document_html(&d, NULL, &b, &err), ERR_OK);
        for (const char *s = buf_cstr(&b); (s = strstr(s, "<a href=\"#"));) {
            char id[100];
            s += strlen("<a href=\"#");
            (void)snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(s, "\""), s);
            ck_assert_msg(strstr(buf_cstr(&b), id) != NULL, "%s", id);
        }
    }
}
END_TEST

UNIT_MAIN("plan_html", { links_and_images_by_scheme, images_are_links, boxes_have_labels, tables_scroll_and_have_heads,
                         code_chooses_no_classes, characters_are_what_they_look_like, raw_html_is_text,
                         comments_vanish_but_not_from_code,
                         too_much_is_refused, nothing_behind_the_input_is_read, a_page_stands_alone,
                         every_anchor_of_the_contents_exists })
