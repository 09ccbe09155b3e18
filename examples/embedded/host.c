/* The example on a computer. */
#include "platform.h"

#include <stdio.h>

void put(const char *text)
{
    (void)fputs(text, stdout);
}
