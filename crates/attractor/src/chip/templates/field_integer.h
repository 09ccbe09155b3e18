/* h_i, the sum of w_ij s_j over the known neurons j, and the bias, for i below @NAME@_NEURONS. */
static inline int32_t @name@_field(uint32_t i, const uint32_t *state, const uint32_t *known)
{
    /* The bits of the weights in two's complement, the lowest first. */
    const uint32_t *plane = @name@_weights + i * @NAME@_PLANES * @NAME@_WORDS;
    int32_t sum = @bias@, worth = 1;
    uint32_t bit, w;
    for (bit = 0; bit < @NAME@_PLANES; bit++, plane += @NAME@_WORDS, worth *= 2) {
        int32_t of_plane = 0;
        for (w = 0; w < @NAME@_WORDS; w++) {
            const uint32_t all = plane[w] & known[w];
            of_plane += 2 * @name@_ones(all & state[w]) - @name@_ones(all);
        }
        /* The highest bit counts negatively. */
        sum += bit + 1u == @NAME@_PLANES ? -worth * of_plane : worth * of_plane;
    }
    return sum;
}
