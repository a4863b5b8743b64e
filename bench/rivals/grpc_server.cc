// grpc_server FOLDER -- A gRPC server that echoes, with the asynchronous API: two threads with a
// completion queue each.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "echo.grpc.pb.h"

namespace
{

constexpr int kThreads = 2;
constexpr int kCallsAwaited = 256;

// One call after another: awaited, answered, finished.
class Call
{
  public:
    Call(bench::Echo::AsyncService *service, grpc::ServerCompletionQueue *queue)
        : service_(service), queue_(queue)
    {
        Await();
    }

    // A call that its client has left is finished too, though not ok: its place awaits the next one.
    void Proceed(bool ok)
    {
        if (answered_) {
            Await();
            return;
        }
        if (!ok) return; // the server stops
        answered_ = true;
        answer_.set_bytes(request_.bytes());
        responder_->Finish(answer_, grpc::Status::OK, this);
    }

  private:
    void Await()
    {
        answered_ = false;
        context_ = std::make_unique<grpc::ServerContext>();
        responder_ =
            std::make_unique<grpc::ServerAsyncResponseWriter<bench::Words>>(context_.get());
        service_->RequestSay(context_.get(), &request_, responder_.get(), queue_, queue_, this);
    }

    bench::Echo::AsyncService *service_;
    grpc::ServerCompletionQueue *queue_;
    std::unique_ptr<grpc::ServerContext> context_;
    std::unique_ptr<grpc::ServerAsyncResponseWriter<bench::Words>> responder_;
    bench::Words request_;
    bench::Words answer_;
    bool answered_ = false;
};

void Serve(bench::Echo::AsyncService *service, grpc::ServerCompletionQueue *queue)
{
    std::vector<std::unique_ptr<Call>> calls;
    for (int i = 0; i < kCallsAwaited; i++)
        calls.push_back(std::make_unique<Call>(service, queue));
    void *tag;
    bool ok;
    while (queue->Next(&tag, &ok))
        static_cast<Call *>(tag)->Proceed(ok);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    bench::Echo::AsyncService service;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + std::string(argv[1]) + "/grpc.sock",
                             grpc::InsecureServerCredentials());
    builder.RegisterService(&service);
    std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
    for (int i = 0; i < kThreads; i++)
        queues.push_back(builder.AddCompletionQueue());
    std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (!server) return 1;
    std::vector<std::thread> threads;
    for (auto &queue : queues)
        threads.emplace_back(Serve, &service, queue.get());
    for (auto &thread : threads)
        thread.join();
}
