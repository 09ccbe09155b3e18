/* Eight glyphs in flash: tests itself, then repairs a damaged glyph and shows both. */
#include "glyphs.h"

#include "platform.h"

#define WIDTH 8u

static void show(const char *title, const uint32_t *state, const uint32_t *known)
{
    uint32_t i;
    char line[WIDTH + 2u];
    put(title);
    put("\n");
    for (i = 0; i < GLYPHS_NEURONS; i++) {
        const uint32_t bit = UINT32_C(1) << (i % 32u);
        if ((known[i / 32u] & bit) == 0) {
            line[i % WIDTH] = '?';
        } else {
            line[i % WIDTH] = (state[i / 32u] & bit) != 0 ? '#' : '.';
        }
        if (i % WIDTH == WIDTH - 1u) {
            line[WIDTH] = '\n';
            line[WIDTH + 1u] = '\0';
            put(line);
        }
    }
}

int main(void)
{
    uint32_t state[GLYPHS_WORDS], known[GLYPHS_WORDS], w, v;
    if (glyphs_self_test() != 0) {
        put("self-test failed\n");
        return 1;
    }
    put("self-test passed\n");
    /* The test vectors begin with the eight glyphs; the next eight are these with flipped pixels. */
    for (v = 8; v < 10u; v++) {
        const uint32_t *vector = glyphs_vectors + v * 5u * GLYPHS_WORDS;
        for (w = 0; w < GLYPHS_WORDS; w++) {
            state[w] = vector[w];
            known[w] = vector[GLYPHS_WORDS + w];
        }
        show("damaged", state, known);
        if (glyphs_recall(state, known) < 0) {
            put("not settled\n");
            return 1;
        }
        show("repaired", state, known);
    }
    return 0;
}
