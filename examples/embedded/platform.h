/* What the example needs of the machine it runs on. */
#ifndef PLATFORM_H
#define PLATFORM_H

/* Shows a text. */
void put(const char *text);

#endif
