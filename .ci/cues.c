/* Recalls the cues on standard input, a line of N values -1, 0 and 1 each, with an exported header; HEADER names it, and
 * --name was net. Tests the test vectors first. */
#include HEADER

#include <stdio.h>

int main(void)
{
    int value;
    int32_t failed = net_self_test();
    if (failed != 0) {
        fprintf(stderr, "test vector %d fails\n", (int)failed);
        return 1;
    }
    for (;;) {
        uint32_t state[NET_WORDS] = { 0 }, known[NET_WORDS] = { 0 }, i;
        for (i = 0; i < NET_NEURONS; i++) {
            if (scanf("%d%*[,]", &value) != 1) {
                return i == 0 ? 0 : 1;
            }
            if (value > 0) {
                state[i / 32u] |= UINT32_C(1) << (i % 32u);
            }
            if (value != 0) {
                known[i / 32u] |= UINT32_C(1) << (i % 32u);
            } else if (i % 2u == 0) {
                /* What an unknown entry would be does not count. */
                state[i / 32u] |= UINT32_C(1) << (i % 32u);
            }
        }
        /* Nor do bits beyond the last neuron. */
        if (NET_NEURONS % 32u != 0) {
            state[NET_WORDS - 1] |= ~net_mask(NET_WORDS - 1);
            known[NET_WORDS - 1] |= ~net_mask(NET_WORDS - 1);
        }
        (void)net_recall(state, known);
        for (i = 0; i < NET_NEURONS; i++) {
            printf("%s%d", i == 0 ? "" : ",", (state[i / 32u] >> (i % 32u) & 1u) != 0 ? 1 : -1);
        }
        printf("\n");
    }
}
