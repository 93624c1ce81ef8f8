/* Before git_libgit2_init(): an allocator for libgit2 that does not fail. */
#ifndef REPO_MEMORY_H
#define REPO_MEMORY_H

int memory_for_libgit2(void); /* a libgit2 code, 0: done */

#endif
