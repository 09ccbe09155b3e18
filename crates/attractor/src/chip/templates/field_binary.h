/* h_i, the sum of w_ij s_j over the known neurons j, and the bias, for i below @NAME@_NEURONS. */
static inline int32_t @name@_field(uint32_t i, const uint32_t *state, const uint32_t *known)
{
    /* The +1 weights; all others are -1, but that of a neuron onto itself, which is 0. */
    const uint32_t *plus = @name@_weights + i * @NAME@_WORDS;
    int32_t sum = @bias@;
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        const uint32_t own = w == i / 32u ? UINT32_C(1) << (i % 32u) : 0u;
        const uint32_t all = known[w] & @name@_mask(w) & ~own;
        /* A product is +1 where weight and state agree. */
        const uint32_t agreeing = ~(plus[w] ^ state[w]) & all;
        sum += 2 * @name@_ones(agreeing) - @name@_ones(all);
    }
    return sum;
}
