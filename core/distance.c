#include "core/distance.h"

size_t
distance(struct byte_view a, struct byte_view b)
{
    size_t row[DISTANCE_TEXT_MAX + 1];

    if (a.size > DISTANCE_TEXT_MAX || b.size > DISTANCE_TEXT_MAX)
        return DISTANCE_TEXT_MAX;
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 0; i < a.size; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 1; j <= b.size; j++) {
            size_t best = diagonal + (a.data[i] == b.data[j - 1] ? 0 : 1);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b.size];
}
