/*
@comment@
 *
 * C99, no library but <stdint.h>, no allocation, no floating point. Include this file in one source file; its tables are
 * const and lie in flash.
 *
 * A state is @NAME@_WORDS words: neuron i is bit i % 32 of word i / 32, 1 for +1 and 0 for -1. In `known` a bit is 1 where
 * the entry of the cue is known. Bits beyond the last neuron are ignored in cues and 0 in answers.
 *
 *     uint32_t state[@NAME@_WORDS] = { ... }, known[@NAME@_WORDS] = { ... };
 *     if (@name@_self_test() == 0) {
 *         @name@_recall(state, known);
 *     }
 */
#ifndef @NAME@_H
#define @NAME@_H

#include <stdint.h>

#define @NAME@_NEURONS @N@u
#define @NAME@_WORDS @W@u
#define @NAME@_PLANES @BITS@u  /* words of a neuron's weights: planes times words */
#define @NAME@_MOST @MOST@     /* sweeps or steps that @name@_recall takes at most */
#define @NAME@_VECTORS @V@u    /* test vectors */
@guarantee@
/* Neuron by neuron, plane by plane. */
static const uint32_t @name@_weights[@NAME@_NEURONS * @NAME@_PLANES * @NAME@_WORDS] = {
@weights@
};

@bias_table@/* Cue, its known neurons, the states after one step, after one sweep, and after recall. */
static const uint32_t @name@_vectors[@NAME@_VECTORS * 5u * @NAME@_WORDS] = {
@vectors@
};

/* The bits of word w that are neurons. */
static inline uint32_t @name@_mask(uint32_t w)
{
    return w + 1u < @NAME@_WORDS ? UINT32_C(0xffffffff) : @last@;
}

/* How many bits are 1. */
static inline int32_t @name@_ones(uint32_t x)
{
    x -= (x >> 1) & UINT32_C(0x55555555);
    x = (x & UINT32_C(0x33333333)) + ((x >> 2) & UINT32_C(0x33333333));
    x = (x + (x >> 4)) & UINT32_C(0x0f0f0f0f);
    return (int32_t)((x * UINT32_C(0x01010101)) >> 24);
}

@field@

/* The state that follows when all neurons are updated at once. */
static inline void @name@_next(const uint32_t *state, const uint32_t *known, uint32_t *next)
{
    uint32_t i, w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        next[w] = 0;
    }
    for (i = 0; i < @NAME@_NEURONS; i++) {
        if (@name@_field(i, state, known) > 0) {
            next[i / 32u] |= UINT32_C(1) << (i % 32u);
        }
    }
}

/* Whether two states agree. */
static inline int @name@_equal(const uint32_t *a, const uint32_t *b)
{
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        if ((a[w] & @name@_mask(w)) != (b[w] & @name@_mask(w))) {
            return 0;
        }
    }
    return 1;
}

/* Whether every neuron is known. */
static inline int @name@_whole(const uint32_t *known)
{
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        if ((~known[w] & @name@_mask(w)) != 0) {
            return 0;
        }
    }
    return 1;
}

/* Takes the next state, after which every neuron is known. */
static inline void @name@_take(uint32_t *state, uint32_t *known, const uint32_t *next)
{
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        state[w] = next[w] & @name@_mask(w);
        known[w] = @name@_mask(w);
    }
}

/* One synchronous step. Returns 1 if a neuron changed or became known, else 0. */
static inline int @name@_step(uint32_t *state, uint32_t *known)
{
    uint32_t next[@NAME@_WORDS];
    int changed;
    @name@_next(state, known, next);
    changed = !@name@_whole(known) || !@name@_equal(state, next);
    @name@_take(state, known, next);
    return changed;
}

/* One asynchronous sweep: neuron 0, 1, ..., each with what those before have become. Returns as a step. */
static inline int @name@_sweep(uint32_t *state, uint32_t *known)
{
    uint32_t i, w;
    int changed = 0;
    for (w = 0; w < @NAME@_WORDS; w++) {
        state[w] &= @name@_mask(w);
        known[w] &= @name@_mask(w);
    }
    for (i = 0; i < @NAME@_NEURONS; i++) {
        const uint32_t bit = UINT32_C(1) << (i % 32u);
        const uint32_t before = state[i / 32u] & bit;
        const uint32_t after = @name@_field(i, state, known) > 0 ? bit : 0u;
        if (before != after || (known[i / 32u] & bit) == 0) {
            changed = 1;
        }
        state[i / 32u] = (state[i / 32u] & ~bit) | after;
        known[i / 32u] |= bit;
    }
    return changed;
}

/* Sweeps until one changes nothing, at most `most`: how many with the last one, or -1 if it has not settled by then. A
 * symmetric network always settles. */
static inline int32_t @name@_settle(uint32_t *state, uint32_t *known, int32_t most)
{
    int32_t sweeps;
    for (sweeps = 1; sweeps <= most; sweeps++) {
        if (!@name@_sweep(state, known)) {
            return sweeps;
        }
    }
    return -1;
}

/* Synchronous steps until a state follows itself: how many were taken. -2 if two states follow each other (the one that
 * came first is left), -1 if neither within `most` steps. */
static inline int32_t @name@_run(uint32_t *state, uint32_t *known, int32_t most)
{
    uint32_t before[@NAME@_WORDS], next[@NAME@_WORDS];
    /* Steps after which the state before was a whole one. */
    const int32_t first = @name@_whole(known) ? 1 : 2;
    int32_t steps;
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        before[w] = 0;
    }
    for (steps = 0;; steps++) {
        @name@_next(state, known, next);
        if (@name@_whole(known) && @name@_equal(state, next)) {
            @name@_take(state, known, next);
            return steps;
        }
        if (steps >= first && @name@_equal(before, next)) {
            @name@_take(state, known, before);
            return -2;
        }
        if (steps >= most) {
            for (w = 0; w < @NAME@_WORDS; w++) {
                state[w] &= @name@_mask(w);
                known[w] &= @name@_mask(w);
            }
            return -1;
        }
        for (w = 0; w < @NAME@_WORDS; w++) {
            before[w] = state[w];
        }
        @name@_take(state, known, next);
    }
}

/* Recall as `attractor recall` does it by default. */
static inline int32_t @name@_recall(uint32_t *state, uint32_t *known)
{
    return @recall@(state, known, @NAME@_MOST);
}

/* 0 if every test vector comes out as it must, else the number of the first that does not, from 1. */
static inline int32_t @name@_self_test(void)
{
    uint32_t v, part, w;
    for (v = 0; v < @NAME@_VECTORS; v++) {
        const uint32_t *vector = @name@_vectors + v * 5u * @NAME@_WORDS;
        for (part = 2; part < 5u; part++) {
            uint32_t state[@NAME@_WORDS], known[@NAME@_WORDS];
            for (w = 0; w < @NAME@_WORDS; w++) {
                state[w] = vector[w];
                known[w] = vector[@NAME@_WORDS + w];
            }
            if (part == 2u) {
                (void)@name@_step(state, known);
            } else if (part == 3u) {
                (void)@name@_sweep(state, known);
            } else {
                (void)@name@_recall(state, known);
            }
            if (!@name@_equal(state, vector + part * @NAME@_WORDS)) {
                return (int32_t)v + 1;
            }
        }
    }
    return 0;
}

#endif
