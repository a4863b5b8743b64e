/* catalog_kind.h -- What the tree of the catalogue holds. For src/store only.
 * Three kinds and an index share a tree: they are few, read often and written once. */
#ifndef STORE_CATALOG_KIND_H
#define STORE_CATALOG_KIND_H

/** The first byte of a key. */
enum catalog_kind {
    CATALOG_CONCERT = 'C',
    CATALOG_PERFORMANCE = 'P',
    CATALOG_PERFORMANCE_OF_CONCERT = 'I',
    CATALOG_LAYOUT_ROW = 'R',
};

#endif
