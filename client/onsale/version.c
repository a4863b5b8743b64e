#include <onsale/version.h>

int onsale_version_number(void)
{
    return ONSALE_VERSION_NUMBER;
}

/* The project's version is on the compiler's command line. */
const char *onsale_version_text(void)
{
    return ONSALE_VERSION;
}
