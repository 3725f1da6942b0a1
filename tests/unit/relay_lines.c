#include "tests/unit/relay_lines.h"

#include <stdio.h>
#include <string.h>

struct relay_line
relay_lines_make(uint32_t number, bool open)
{
    struct relay_line line;

    memset(&line, 0, sizeof(line));
    line.open = open;
    line.host_count = 1;
    (void)snprintf(line.hosts[0], sizeof(line.hosts[0]), "relay%u.example.org",
                   (unsigned)number);
    line.port_count = 1;
    line.ports[0] = 443;
    memset(line.key.octets, 1, sizeof(line.key.octets));
    memset(line.secret, 2, sizeof(line.secret));
    memcpy(line.key.octets, &number, sizeof(number));
    memcpy(line.secret, &number, sizeof(number));
    line.shape = shape_default();
    return line;
}
