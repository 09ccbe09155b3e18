/* The example on an Arm Cortex-M0 without operating system or C library: the first stack pointer and instruction, and
 * semihosting, by which an emulator or a debugger shows texts and learns the exit code. */
#include "platform.h"

#include <stdint.h>

#define SYS_WRITE0 4u
#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u

extern uint32_t stack_top;
int main(void);
void reset(void);

static void semihosting(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void put(const char *text)
{
    semihosting(SYS_WRITE0, text);
}

void reset(void)
{
    /* No variable of the example lives outside flash and stack, so that nothing is to be copied or cleared. */
    uint32_t end[2] = { APPLICATION_EXIT, 0 };
    end[1] = (uint32_t)main();
    semihosting(SYS_EXIT_EXTENDED, end);
    for (;;) {
    }
}

struct vectors {
    uint32_t *stack;
    void (*reset)(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = { &stack_top, reset };
