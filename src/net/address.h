/* IP addresses and networks as values: parsing, membership, and the table of ranges that are not public. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

struct sockaddr;

struct address {
    bool v6;
    uint8_t b[16]; /* network order; IPv4 uses the first four */
};

struct network {
    struct address base;
    unsigned bits;
};

/* Dotted or bracketless text, also the odd IPv4 spellings a resolver takes (0x7f.1, 017700000001). IPv4-mapped IPv6
 * becomes IPv4. */
bool address_parse(const char *text, struct address *ret);
bool address_from(const struct sockaddr *sa, struct address *ret);
void address_format(const struct address *a, char *ret, unsigned cap);
bool network_parse(const char *text, struct network *ret); /* "10.0.0.0/8" or one address */
bool network_has(const struct network *n, const struct address *a);
/* NULL: public. Else the name of the range, for people. *ret_inner: the IPv4 address inside a 6to4 or NAT64 one,
 * else a copy of a. */
const char *address_range(const struct address *a, struct address *ret_inner);

#endif
