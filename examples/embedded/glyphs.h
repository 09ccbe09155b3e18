/*
 * 64 neurons, directed couplings, ternary weights of 2 bits in 1024 bytes; rule exact.
 * Written by attractor 0.1.0 (attractor export). Do not edit.
 *
 * Network SHA-256: e07991869912d7ec4dfb7d409e3d435d5b4b8840ae6228bdbd8cc4dab3ea85a0
 * Certificate SHA-256: 75f81ed5a25787901b341511225fcf3cdc63828eb2f7bd3d340bf63fe6cae4a3
 * Patterns SHA-256: aac936c27151d24d059e64fb2b99c030c08245457dc2c74bbc91cb6f57e144fc
 *
 * Guarantee: all 8 patterns are stored; each is recalled, in one synchronous step and in one sweep of
 * any order, from every cue within 4 flipped entries, and from every cue with at most 8 unknown
 * entries and no wrong one.
 * so many weights of each neuron may break besides, lost (read as 0) or stuck (at any value):
 *   flipped entries   lost   stuck
 *                 0      8       4
 *                 1      6       3
 *                 2      4       2
 *                 3      2       1
 *                 4      0       0
 *
 * C99, no library but <stdint.h>, no allocation, no floating point. Include this file in one source file; its tables are
 * const and lie in flash.
 *
 * A state is GLYPHS_WORDS words: neuron i is bit i % 32 of word i / 32, 1 for +1 and 0 for -1. In `known` a bit is 1 where
 * the entry of the cue is known. Bits beyond the last neuron are ignored in cues and 0 in answers.
 *
 *     uint32_t state[GLYPHS_WORDS] = { ... }, known[GLYPHS_WORDS] = { ... };
 *     if (glyphs_self_test() == 0) {
 *         glyphs_recall(state, known);
 *     }
 */
#ifndef GLYPHS_H
#define GLYPHS_H

#include <stdint.h>

#define GLYPHS_NEURONS 64u
#define GLYPHS_WORDS 2u
#define GLYPHS_PLANES 2u  /* words of a neuron's weights: planes times words */
#define GLYPHS_MOST 100     /* sweeps or steps that glyphs_recall takes at most */
#define GLYPHS_VECTORS 28u    /* test vectors */
#define GLYPHS_RADIUS 4u   /* flipped entries that are certain to be repaired */
#define GLYPHS_ERASURES 8u /* unknown entries that are certain to be filled in */

/* Neuron by neuron, plane by plane. */
static const uint32_t glyphs_weights[GLYPHS_NEURONS * GLYPHS_PLANES * GLYPHS_WORDS] = {
    0x7c766362u, 0x00410e46u, 0x00010c0cu, 0x00306108u, 0x7c6c3151u, 0x004e0868u, 0x8393ce8cu, 0xffb1e287u,
    0x02400c18u, 0x001f2106u, 0x51387163u, 0x00405c71u, 0x02400c14u, 0x001f2106u, 0x51387163u, 0x00405c71u,
    0x0241200eu, 0x000c0c02u, 0x51304c40u, 0x0063315du, 0x11626351u, 0x006c4603u, 0x2209180cu, 0x0012313cu,
    0x4cd8c121u, 0x00e16048u, 0x2200041cu, 0x001c0002u, 0xc0c08040u, 0xffc0d1d0u, 0x0c060602u, 0x00020608u,
    0x4c173263u, 0x00403a78u, 0x22404c0cu, 0x00330006u, 0x32637121u, 0x00213332u, 0xc0888c80u, 0xff908cccu,
    0x6348480cu, 0x00234047u, 0x0092a3c2u, 0xe1001230u, 0x20088400u, 0x0012080cu, 0x0e026373u, 0x000c6200u,
    0x737b0b02u, 0x00123b7bu, 0x0000646du, 0x00610404u, 0x0e034323u, 0x000c6200u, 0x20180c08u, 0x0010090cu,
    0x0c462661u, 0x00616602u, 0x30391912u, 0x001e193cu, 0xc0c000c0u, 0xffc0d1d0u, 0x0c060602u, 0x00020608u,
    0x43023300u, 0x00106363u, 0x1c84c8a1u, 0x00030404u, 0x32617321u, 0x00213332u, 0xc0888c80u, 0xff908cccu,
    0x4c48614fu, 0x0003014cu, 0x23110c20u, 0x0c705c13u, 0x6d440c42u, 0x00004949u, 0x122222bcu, 0x00013290u,
    0x71281961u, 0x00613c7du, 0x0e44641cu, 0x001c4100u, 0x32521e23u, 0x00031636u, 0x0009211cu, 0x003c6108u,
    0xffaef6ffu, 0xffcfc3e7u, 0x00110900u, 0x00303c18u, 0xc04080c0u, 0xffc0d1d0u, 0x0c060602u, 0x00020608u,
    0x723b1e20u, 0x00306e63u, 0x0c44615fu, 0x004f111cu, 0x7163361cu, 0x000d6363u, 0x00180840u, 0x00600c0cu,
    0x484c214fu, 0x0043014cu, 0x23914c20u, 0x10305c13u, 0x440c614fu, 0x0043014cu, 0x23510c20u, 0x0a305c13u,
    0x22721e23u, 0x00031636u, 0x0009211cu, 0x003c6108u, 0x53761ea2u, 0x00030b67u, 0x0c09614cu, 0x00707418u,
    0xafcdd5c1u, 0xffc0c1e3u, 0x1022021cu, 0x001c1614u, 0x40c080c0u, 0xffc0d1d0u, 0x0c060602u, 0x00020608u,
    0x733b1e20u, 0x00306e62u, 0x0c44615fu, 0x004f111cu, 0x7373562du, 0x00014265u, 0x0c040142u, 0x00523018u,
    0x30200c0du, 0x00230410u, 0x430b3330u, 0x000c6061u, 0x4c1c1940u, 0x00733174u, 0x32226231u, 0xff8c8683u,
    0x10b29180u, 0x00003224u, 0x6d4c4428u, 0x00004443u, 0x737b1b02u, 0x00123b5bu, 0x0000646du, 0x00610404u,
    0xefcdd5c1u, 0xffc0c1a3u, 0x1022021cu, 0x001c1614u, 0xc0c080c0u, 0xffc0d150u, 0x0c060602u, 0x00020608u,
    0x6fc1910cu, 0x001220f8u, 0x00004021u, 0x000c0c04u, 0x32637321u, 0x00213132u, 0xc0888c80u, 0xff908cccu,
    0x00004021u, 0x000c0804u, 0x6fc1918cu, 0x00122178u, 0xc0181813u, 0x000c0401u, 0x0e43622cu, 0x00236300u,
    0x10929380u, 0x00002230u, 0x454d442fu, 0x00244043u, 0x00136244u, 0x00704308u, 0x30680893u, 0x000c0c02u,
    0x41c9c4e0u, 0x00602043u, 0x30200802u, 0x00031814u, 0xc0c080c0u, 0xffc051d0u, 0x0c060602u, 0x00020608u,
    0x30744605u, 0x00620106u, 0x01010110u, 0x001c0c00u, 0x0c6c140eu, 0x0001010cu, 0x81818030u, 0x008ccc83u,
    0x0241201eu, 0x00080c02u, 0x51304c40u, 0x0063315du, 0x0241201eu, 0x00040c02u, 0x51304c40u, 0x0063315du,
    0x00010c0cu, 0x00206108u, 0x7c766363u, 0x00410e46u, 0x01124640u, 0x00516209u, 0x2e401017u, 0x000c0830u,
    0xccbcc1e1u, 0x00a16048u, 0x2200041cu, 0x001c0002u, 0xc0c080c0u, 0xff40d1d0u, 0x0c060602u, 0x00020608u,
    0xc0c080c0u, 0xfec0d1d0u, 0x0c060602u, 0x00020608u, 0xc0c080c0u, 0xfdc0d1d0u, 0x0c060602u, 0x00020608u,
    0xc0c080c0u, 0xfbc0d1d0u, 0x0c060602u, 0x00020608u, 0xc0c080c0u, 0xf7c0d1d0u, 0x0c060602u, 0x00020608u,
    0xc0c080c0u, 0xefc0d1d0u, 0x0c060602u, 0x00020608u, 0xc0c080c0u, 0xdfc0d1d0u, 0x0c060602u, 0x00020608u,
    0xc0c080c0u, 0xbfc0d1d0u, 0x0c060602u, 0x00020608u, 0xc0c080c0u, 0x7fc0d1d0u, 0x0c060602u, 0x00020608u,
};

/* Cue, its known neurons, the states after one step, after one sweep, and after recall. */
static const uint32_t glyphs_vectors[GLYPHS_VECTORS * 5u * GLYPHS_WORDS] = {
    0x33331e0cu, 0x0033333fu, 0xffffffffu, 0xffffffffu, 0x33331e0cu, 0x0033333fu, 0x33331e0cu, 0x0033333fu,
    0x33331e0cu, 0x0033333fu, 0x0303663cu, 0x003c6603u, 0xffffffffu, 0xffffffffu, 0x0303663cu, 0x003c6603u,
    0x0303663cu, 0x003c6603u, 0x0303663cu, 0x003c6603u, 0x0c0c0c1eu, 0x001e0c0cu, 0xffffffffu, 0xffffffffu,
    0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x7f7f7763u, 0x0063636bu,
    0xffffffffu, 0xffffffffu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu,
    0x3e66663fu, 0x000f0606u, 0xffffffffu, 0xffffffffu, 0x3e66663fu, 0x000f0606u, 0x3e66663fu, 0x000f0606u,
    0x3e66663fu, 0x000f0606u, 0x0e07331eu, 0x001e3338u, 0xffffffffu, 0xffffffffu, 0x0e07331eu, 0x001e3338u,
    0x0e07331eu, 0x001e3338u, 0x0e07331eu, 0x001e3338u, 0x33333333u, 0x000c1e33u, 0xffffffffu, 0xffffffffu,
    0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x1c366363u, 0x0063361cu,
    0xffffffffu, 0xffffffffu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu,
    0x13331e0cu, 0x00331bbfu, 0xffffffffu, 0xffffffffu, 0x33331e0cu, 0x0033333fu, 0x33331e0cu, 0x0033333fu,
    0x33331e0cu, 0x0033333fu, 0x0b03663cu, 0x803ca603u, 0xffffffffu, 0xffffffffu, 0x0303663cu, 0x003c6603u,
    0x0303663cu, 0x003c6603u, 0x0303663cu, 0x003c6603u, 0x0c1c0cbeu, 0x021e0c0cu, 0xffffffffu, 0xffffffffu,
    0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x7f7ff76fu, 0x0073636bu,
    0xffffffffu, 0xffffffffu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu,
    0x3e66663fu, 0x002f0504u, 0xffffffffu, 0xffffffffu, 0x3e66663fu, 0x000f0606u, 0x3e66663fu, 0x000f0606u,
    0x3e66663fu, 0x000f0606u, 0x0e073b1eu, 0x811e3b38u, 0xffffffffu, 0xffffffffu, 0x0e07331eu, 0x001e3338u,
    0x0e07331eu, 0x001e3338u, 0x0e07331eu, 0x001e3338u, 0x37223133u, 0x000c1e33u, 0xffffffffu, 0xffffffffu,
    0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x1c366373u, 0x00633600u,
    0xffffffffu, 0xffffffffu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu,
    0x33331e04u, 0x00333117u, 0xb7fffff7u, 0xdffff5d7u, 0x33331e0cu, 0x0033333fu, 0x33331e0cu, 0x0033333fu,
    0x33331e0cu, 0x0033333fu, 0x0103662cu, 0x003c6603u, 0xfdffffefu, 0xf1ffe7efu, 0x0303663cu, 0x003c6603u,
    0x0303663cu, 0x003c6603u, 0x0303663cu, 0x003c6603u, 0x0c040c0eu, 0x001a040cu, 0xfff7ffafu, 0x7fbbf77fu,
    0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu, 0x777f3363u, 0x0061636bu,
    0xf7ffbbfbu, 0xc7fdffffu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu, 0x7f7f7763u, 0x0063636bu,
    0x3666663fu, 0x000d0606u, 0x77ffff7fu, 0xd3fdffbfu, 0x3e66663fu, 0x000f0606u, 0x3e66663fu, 0x000f0606u,
    0x3e66663fu, 0x000f0606u, 0x0e073316u, 0x000e3138u, 0xdfdff3f6u, 0xffeffdffu, 0x0e07331eu, 0x001e3338u,
    0x0e07331eu, 0x001e3338u, 0x0e07331eu, 0x001e3338u, 0x30333133u, 0x000c1e33u, 0xfcf77dffu, 0xcfffbfffu,
    0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x33333333u, 0x000c1e33u, 0x1c366363u, 0x0063341cu,
    0xffffff73u, 0xfbfffdbcu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu, 0x1c366363u, 0x0063361cu,
    0x0ca009b0u, 0x65090ca8u, 0x7ffbdbfeu, 0xed7f1cb9u, 0x6c04417eu, 0x005c1c54u, 0x0c0c001eu, 0x001e0c0cu,
    0x0c066333u, 0x000e0600u, 0x6c0e8a69u, 0x00800658u, 0x6fbebbfdu, 0xebcaf77bu, 0x1d3c4d43u, 0x0042040du,
    0x1c3c4d43u, 0x00630c0cu, 0x1c366363u, 0x0063361cu, 0x22070405u, 0x98b82b03u, 0x6bdff58fu, 0xfbb9bbdfu,
    0x230b763cu, 0x001d2607u, 0x23031e1cu, 0x003c7323u, 0x0303663cu, 0x003c6603u, 0x43080c40u, 0x3805279cu,
    0x5f7a2ec5u, 0xffdf7fbfu, 0x081c0c0cu, 0x0032480du, 0x01010c0cu, 0x001e0c0cu, 0x0c0c0c1eu, 0x001e0c0cu,
};

/* The bits of word w that are neurons. */
static inline uint32_t glyphs_mask(uint32_t w)
{
    return w + 1u < GLYPHS_WORDS ? UINT32_C(0xffffffff) : 0xffffffffu;
}

/* How many bits are 1. */
static inline int32_t glyphs_ones(uint32_t x)
{
    x -= (x >> 1) & UINT32_C(0x55555555);
    x = (x & UINT32_C(0x33333333)) + ((x >> 2) & UINT32_C(0x33333333));
    x = (x + (x >> 4)) & UINT32_C(0x0f0f0f0f);
    return (int32_t)((x * UINT32_C(0x01010101)) >> 24);
}

/* h_i, the sum of w_ij s_j over the known neurons j, and the bias, for i below GLYPHS_NEURONS. */
static inline int32_t glyphs_field(uint32_t i, const uint32_t *state, const uint32_t *known)
{
    /* The +1 weights, then the -1 weights. */
    const uint32_t *plus = glyphs_weights + i * GLYPHS_PLANES * GLYPHS_WORDS;
    const uint32_t *minus = plus + GLYPHS_WORDS;
    int32_t sum = 0;
    uint32_t w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        /* A product is +1 where weight and state agree. */
        const uint32_t all = (plus[w] | minus[w]) & known[w];
        const uint32_t agreeing = ((plus[w] & state[w]) | (minus[w] & ~state[w])) & all;
        sum += 2 * glyphs_ones(agreeing) - glyphs_ones(all);
    }
    return sum;
}

/* The state that follows when all neurons are updated at once. */
static inline void glyphs_next(const uint32_t *state, const uint32_t *known, uint32_t *next)
{
    uint32_t i, w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        next[w] = 0;
    }
    for (i = 0; i < GLYPHS_NEURONS; i++) {
        if (glyphs_field(i, state, known) > 0) {
            next[i / 32u] |= UINT32_C(1) << (i % 32u);
        }
    }
}

/* Whether two states agree. */
static inline int glyphs_equal(const uint32_t *a, const uint32_t *b)
{
    uint32_t w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        if ((a[w] & glyphs_mask(w)) != (b[w] & glyphs_mask(w))) {
            return 0;
        }
    }
    return 1;
}

/* Whether every neuron is known. */
static inline int glyphs_whole(const uint32_t *known)
{
    uint32_t w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        if ((~known[w] & glyphs_mask(w)) != 0) {
            return 0;
        }
    }
    return 1;
}

/* Takes the next state, after which every neuron is known. */
static inline void glyphs_take(uint32_t *state, uint32_t *known, const uint32_t *next)
{
    uint32_t w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        state[w] = next[w] & glyphs_mask(w);
        known[w] = glyphs_mask(w);
    }
}

/* One synchronous step. Returns 1 if a neuron changed or became known, else 0. */
static inline int glyphs_step(uint32_t *state, uint32_t *known)
{
    uint32_t next[GLYPHS_WORDS];
    int changed;
    glyphs_next(state, known, next);
    changed = !glyphs_whole(known) || !glyphs_equal(state, next);
    glyphs_take(state, known, next);
    return changed;
}

/* One asynchronous sweep: neuron 0, 1, ..., each with what those before have become. Returns as a step. */
static inline int glyphs_sweep(uint32_t *state, uint32_t *known)
{
    uint32_t i, w;
    int changed = 0;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        state[w] &= glyphs_mask(w);
        known[w] &= glyphs_mask(w);
    }
    for (i = 0; i < GLYPHS_NEURONS; i++) {
        const uint32_t bit = UINT32_C(1) << (i % 32u);
        const uint32_t before = state[i / 32u] & bit;
        const uint32_t after = glyphs_field(i, state, known) > 0 ? bit : 0u;
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
static inline int32_t glyphs_settle(uint32_t *state, uint32_t *known, int32_t most)
{
    int32_t sweeps;
    for (sweeps = 1; sweeps <= most; sweeps++) {
        if (!glyphs_sweep(state, known)) {
            return sweeps;
        }
    }
    return -1;
}

/* Synchronous steps until a state follows itself: how many were taken. -2 if two states follow each other (the one that
 * came first is left), -1 if neither within `most` steps. */
static inline int32_t glyphs_run(uint32_t *state, uint32_t *known, int32_t most)
{
    uint32_t before[GLYPHS_WORDS], next[GLYPHS_WORDS];
    /* Steps after which the state before was a whole one. */
    const int32_t first = glyphs_whole(known) ? 1 : 2;
    int32_t steps;
    uint32_t w;
    for (w = 0; w < GLYPHS_WORDS; w++) {
        before[w] = 0;
    }
    for (steps = 0;; steps++) {
        glyphs_next(state, known, next);
        if (glyphs_whole(known) && glyphs_equal(state, next)) {
            glyphs_take(state, known, next);
            return steps;
        }
        if (steps >= first && glyphs_equal(before, next)) {
            glyphs_take(state, known, before);
            return -2;
        }
        if (steps >= most) {
            for (w = 0; w < GLYPHS_WORDS; w++) {
                state[w] &= glyphs_mask(w);
                known[w] &= glyphs_mask(w);
            }
            return -1;
        }
        for (w = 0; w < GLYPHS_WORDS; w++) {
            before[w] = state[w];
        }
        glyphs_take(state, known, next);
    }
}

/* Recall as `attractor recall` does it by default. */
static inline int32_t glyphs_recall(uint32_t *state, uint32_t *known)
{
    return glyphs_run(state, known, GLYPHS_MOST);
}

/* 0 if every test vector comes out as it must, else the number of the first that does not, from 1. */
static inline int32_t glyphs_self_test(void)
{
    uint32_t v, part, w;
    for (v = 0; v < GLYPHS_VECTORS; v++) {
        const uint32_t *vector = glyphs_vectors + v * 5u * GLYPHS_WORDS;
        for (part = 2; part < 5u; part++) {
            uint32_t state[GLYPHS_WORDS], known[GLYPHS_WORDS];
            for (w = 0; w < GLYPHS_WORDS; w++) {
                state[w] = vector[w];
                known[w] = vector[GLYPHS_WORDS + w];
            }
            if (part == 2u) {
                (void)glyphs_step(state, known);
            } else if (part == 3u) {
                (void)glyphs_sweep(state, known);
            } else {
                (void)glyphs_recall(state, known);
            }
            if (!glyphs_equal(state, vector + part * GLYPHS_WORDS)) {
                return (int32_t)v + 1;
            }
        }
    }
    return 0;
}

#endif
