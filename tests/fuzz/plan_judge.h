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

/* Only tags that Markdown has; every link of an allowed scheme; links closed. */
static inline void judge_html(const char *html)
{
    static const char *const tags[] = {
        "p",  "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "blockquote", "em", "strong", "del",
        "a",  "br", "hr", "div", "table", "thead", "tbody", "tr", "th", "td", "label", "input",
    };
    for (const char *s = html; (s = strchr(s, '<')); s++) {
        const char *name = s + 1 + (s[1] == '/');
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz123456"), i = 0;
        while (i < countof(tags) && (strlen(tags[i]) != n || strncmp(tags[i], name, n) != 0)) i++;
        judge(i < countof(tags), "only tags of Markdown", html);
    }
    judge_urls(html, "<a ", "<a rel=\"noopener noreferrer nofollow\" href=\"");
    judge(judge_count(html, "<a ") == judge_count(html, "</a>"), "links are closed", html);
}

/* Sections with anything in them that an empty plan has not: those have a heading. */
static inline size_t judge_sections(const struct document *d)
{
    auto_arena a = arena_new(0);
    struct document empty = { 0 }, bare = *d;
    section_list x = { 0 }, y = { 0 };
    struct err e = { 0 };
    size_t n = 0;
    bare.closing.not_applicable.n = 0;
    judge(document_split(&bare, a, &x, &e) == ERR_OK && document_split(&empty, a, &y, &e) == ERR_OK, "splits", e.msg);
    for (size_t i = 0; i < y.n; i++) {
        bool same = memcmp(&section_find(&x, y.v[i].id)->hash, &y.v[i].hash, sizeof y.v[i].hash) == 0;
        if (strcmp(y.v[i].id, "timeline") == 0) same = same && (d->phases.n == 0 || section_waiver(d, "timeline"));
        if (strcmp(y.v[i].id, "overview") == 0) same = same && !d->header.approach && !d->header.approach_why;
        n += !same && strcmp(y.v[i].id, "header") != 0;
    }
    return n;
}

/* Only our own headings and tables, as a Markdown parser sees them. */
static inline void judge_structure(const struct document *d, const char *html)
{
    size_t h2 = judge_sections(d) + (d->phases.n > 0), steps = 0, files = 0, tables;
    bool all = d->phases.n > 2; /* not a page with the parts alone that apply */
    for (size_t i = 0; i < d->phases.n; i++) {
        steps += d->phases.v[i].steps.n;
        for (size_t j = 0; j < d->phases.v[i].steps.n; j++) files += d->phases.v[i].steps.v[j].files.n;
    }
    h2 += (all && files > 0) + all + (all && d->requirements.n > 0) + (d->closing.not_applicable.n > 0);
    judge(judge_count(html, "<h1>") == 1, "one title", html);
    judge(judge_count(html, "<h2>") == h2, "our sections only", html);
    judge(judge_count(html, "<h3>") == d->phases.n, "our phases only", html);
    judge(judge_count(html, "<h4>") == steps, "our steps only", html);
    tables = (size_t)(all && files > 0) + section_present(d, "risks") + section_present(d, "requirements") +
             section_present(d, "tests");
    judge(judge_count(html, "<table>") >= tables, "our tables", html);
}

static inline void judge_markdown(const struct document *d)
{
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT), page = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    document_markdown(d, NULL, &md);
    if (md.n > (1 << 20)) return;
    judge(markdown_html(md.p, md.n, &html, &e) == ERR_OK, "Markdown renders", e.msg);
    judge_structure(d, buf_cstr(&html));
    judge_html(buf_cstr(&html));
    judge(document_html(d, NULL, &page, &e) == ERR_OK, "the page renders", e.msg);
    judge_structure(d, buf_cstr(&page));
    judge(!strstr(buf_cstr(&page), "<script"), "no scripts", buf_cstr(&page));
}

#endif
