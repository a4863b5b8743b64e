// grpc_load FOLDER SECONDS CALLS -- Loads grpc_server with so many unary calls in flight, with the
// asynchronous API: two threads with a channel and a completion queue each.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/measure/clock.h"
#include "bench/measure/round.h"
#include "echo.grpc.pb.h"

namespace
{

constexpr size_t kThreads = 2;
constexpr size_t kBytes = 64;

struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<bench::Words>> reader;
    bench::Words answer;
    grpc::Status status;
    uint64_t started_ns = 0;
};

// A channel of its own: channels with the same arguments would share a connection.
std::shared_ptr<grpc::Channel> Connect(const std::string &url, int number)
{
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.number", number);
    return grpc::CreateCustomChannel(url, grpc::InsecureChannelCredentials(), arguments);
}

class Caller
{
  public:
    Caller(const std::string &url, int number, size_t calls, struct latencies *latencies)
        : stub_(bench::Echo::NewStub(Connect(url, number))), calls_(calls), latencies_(latencies)
    {
        request_.set_bytes(std::string(kBytes, 'x'));
    }

    void Run(uint64_t end_ns)
    {
        size_t in_flight = calls_.size();
        for (Call &call : calls_)
            Begin(&call);
        void *tag;
        bool ok;
        while (in_flight > 0 && queue_.Next(&tag, &ok)) {
            Call *call = static_cast<Call *>(tag);
            uint64_t now_ns = clock_now_ns();
            (call->status.ok() ? done_ : refused_)++;
            latencies_add(latencies_, now_ns - call->started_ns);
            if (now_ns < end_ns)
                Begin(call);
            else
                in_flight--;
        }
    }

    uint64_t done() const
    {
        return done_;
    }

    uint64_t refused() const
    {
        return refused_;
    }

  private:
    void Begin(Call *call)
    {
        call->context = std::make_unique<grpc::ClientContext>();
        call->started_ns = clock_now_ns();
        call->reader = stub_->AsyncSay(call->context.get(), request_, &queue_);
        call->reader->Finish(&call->answer, &call->status, call);
    }

    std::unique_ptr<bench::Echo::Stub> stub_;
    grpc::CompletionQueue queue_;
    std::vector<Call> calls_;
    struct latencies *latencies_;
    bench::Words request_;
    uint64_t done_ = 0;
    uint64_t refused_ = 0;
};

bool IsUp(const std::string &url)
{
    grpc::ClientContext context;
    bench::Words words;
    auto stub = bench::Echo::NewStub(Connect(url, 0));
    return stub->Say(&context, words, &words).ok();
}

void Measure(const std::string &url, double seconds, size_t calls)
{
    static struct latencies latencies;
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::thread> threads;
    struct round round = {};
    uint64_t started_ns = clock_now_ns();
    uint64_t end_ns = started_ns + static_cast<uint64_t>(seconds * NS_PER_SECOND);
    for (size_t i = 0; i < kThreads; i++) {
        callers.push_back(std::make_unique<Caller>(url, i, calls / kThreads, &latencies));
        threads.emplace_back(&Caller::Run, callers.back().get(), end_ns);
    }
    for (size_t i = 0; i < kThreads; i++) {
        threads[i].join();
        round.operations += callers[i]->done();
        round.refused += callers[i]->refused();
    }
    round.seconds = static_cast<double>(clock_now_ns() - started_ns) / NS_PER_SECOND;
    round_take_latencies(&round, &latencies);
    round_print(&round);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    std::string url = "unix:" + std::string(argv[1]) + "/grpc.sock";
    std::string setting = argv[3];
    if (setting == "prepare") return IsUp(url) ? 0 : 1;
    Measure(url, std::stod(argv[2]), std::stoul(setting));
}
