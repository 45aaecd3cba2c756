#include <stdio.h>
#include <stdlib.h>
#include <znn.h>

int main(void)
{
    struct znn_input input = znn_input_memory("weights", 7);
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    enum znn_status status = znn_compress(&input, &output, NULL, NULL, NULL);
    printf("%s, %zu bytes: %s\n", znn_version(), memory.size, znn_strerror(status));
    free(memory.data);
    return status != ZNN_OK;
}
