/* What must hold of every page that plan/ renders, whatever was put in. A violation aborts. */
#ifndef TESTS_PLAN_JUDGE_H
#define TESTS_PLAN_JUDGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pland/plan/document.h"

static inline void judge(bool ok, const char *what, const char *text)
{
    if (ok) return;
    (void)fprintf(stderr, "violated: %s\n%s\n", what, text);
    abort();
}

static inline size_t judge_count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)); s += strlen(what)) n++;
    return n;
}

static inline bool judge_scheme(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0 ||
           strncasecmp(url, "mailto:", 7) == 0;
}

/* Every such tag begins as we write it and goes on with an allowed scheme. */
static inline void judge_urls(const char *html, const char *tag, const char *ours)
{
    for (const char *s = html; (s = strstr(s, tag)); s++) {
        judge(strncmp(s, ours, strlen(ours)) == 0, "tags as we write them", html);
        judge(judge_scheme(s + strlen(ours)), "scheme", html);
    }
}

/* Only tags that Markdown has; every link and image of an allowed scheme; links closed. */
static inline void judge_html(const char *html)
{
    static const char *const tags[] = {
        "p",  "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "blockquote", "em", "strong", "del",
        "a",  "img", "br", "hr", "table", "thead", "tbody", "tr", "th", "td", "input",
    };
    for (const char *s = html; (s = strchr(s, '<')); s++) {
        const char *name = s + 1 + (s[1] == '/');
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz123456"), i = 0;
        while (i < countof(tags) && (strlen(tags[i]) != n || strncmp(tags[i], name, n) != 0)) i++;
        judge(i < countof(tags), "only tags of Markdown", html);
    }
    judge_urls(html, "<a ", "<a rel=\"noopener noreferrer nofollow\" href=\"");
    judge_urls(html, "<img ", "<img referrerpolicy=\"no-referrer\" loading=\"lazy\" src=\"");
    judge(judge_count(html, "<a ") == judge_count(html, "</a>"), "links are closed", html);
}

/* Only our own headings and tables, as a Markdown parser sees them. */
static inline void judge_structure(const struct document *d, const char *html)
{
    size_t h2 = d->phases.n > 0, steps = 0, files = 0, tables;
    const char *id;
    for (size_t i = 1; (id = section_id(i)); i++) {
        bool computed = d->phases.n > 0 && strcmp(id, "timeline") == 0;
        h2 += section_present(d, id) || section_waiver(d, id) || computed;
    }
    for (size_t i = 0; i < d->phases.n; i++) {
        steps += d->phases.v[i].steps.n;
        for (size_t j = 0; j < d->phases.v[i].steps.n; j++) files += d->phases.v[i].steps.v[j].files.n;
    }
    h2 += files > 0;
    judge(judge_count(html, "<h1>") == 1, "one title", html);
    judge(judge_count(html, "<h2>") == h2, "our sections only", html);
    judge(judge_count(html, "<h3>") == d->phases.n, "our phases only", html);
    judge(judge_count(html, "<h4>") == steps, "our steps only", html);
    tables = (size_t)(files > 0) + section_present(d, "risks") + section_present(d, "requirements") +
             section_present(d, "tests");
    judge(judge_count(html, "<table>") >= tables, "our tables", html);
}

static inline void judge_markdown(const struct document *d)
{
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT), page = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    document_markdown(d, 1, NULL, NULL, &md);
    if (md.n > (1 << 20)) return;
    judge(markdown_html(md.p, md.n, &html, &e) == ERR_OK, "Markdown renders", e.msg);
    judge_structure(d, buf_cstr(&html));
    judge_html(buf_cstr(&html));
    judge(document_html(d, 1, NULL, NULL, &page, &e) == ERR_OK, "the page renders", e.msg);
    judge_structure(d, buf_cstr(&page));
    judge(!strstr(buf_cstr(&page), "<script"), "no scripts", buf_cstr(&page));
}

#endif
