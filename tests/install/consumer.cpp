// A C++ program of others: members have their sizes by default, and callbacks turn exceptions into codes.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>
#include <znn.h>

struct Reader {
    std::string left;
    std::exception_ptr thrown;
};

static std::ptrdiff_t read_some(void *context, void *buffer, std::size_t size) noexcept
{
    Reader &reader = *static_cast<Reader *>(context);
    try {
        if (reader.left == "bad")
            throw std::runtime_error("no more weights");
        if (reader.left.empty())
            return ZNN_CALLBACK_END;
        std::size_t given = reader.left.copy(static_cast<char *>(buffer), size);
        reader.left.erase(0, given);
        return static_cast<std::ptrdiff_t>(given);
    } catch (...) {
        reader.thrown = std::current_exception();
        return ZNN_CALLBACK_FAILED;
    }
}

static znn_status compress(Reader &reader, znn_report &report)
{
    znn_input input{};
    input.context = &reader;
    input.size = ZNN_SIZE_UNKNOWN;
    input.read = read_some;
    znn_memory memory{};
    znn_output output = znn_output_memory(&memory);
    znn_compress_options options{};
    options.threads = 2;
    znn_error error{};
    znn_status status = znn_compress(&input, &output, &options, &report, &error);
    znn_free(memory.data);
    return status;
}

int main()
{
    Reader good{"weights", nullptr}, bad{"bad", nullptr};
    znn_report report = ZNN_INIT(znn_report);
    bool fails = compress(bad, report) == ZNN_ERROR_IO && bad.thrown;
    znn_status status = compress(good, report);
    bool told = report.original_size == 7 && report.struct_size == sizeof report;
    std::printf("%s: %s\n", znn_version(), znn_strerror(status));
    return status != ZNN_OK || !fails || !told;
}
