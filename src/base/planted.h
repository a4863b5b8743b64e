/* planted.h -- Mistakes that tests plant, to see that they are caught: what happens without one of
 * the rules of docs/CLUSTER.md. Only tests define ONSALE_PLANTS, for files that they compile anew:
 * in all others there is none. */
#ifndef BASE_PLANTED_H
#define BASE_PLANTED_H

#ifdef ONSALE_PLANTS
/** The rule that is left out; 0: none. */
extern unsigned planted_rule;
#define PLANTED(rule) (planted_rule == (rule))
#else
#define PLANTED(rule) false
#endif

#endif
