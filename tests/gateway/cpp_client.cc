// cpp_client ADDRESS -- A client of gRPC in C++, by Debian's grpc++, which calls the gateway by bytes.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace
{

constexpr int kInFlight = 256;
const char kGetBalance[] = "/onsale.v1.WalletService/GetBalance";
const char kWatchEvents[] = "/onsale.v1.WatchService/WatchEvents";
const std::string kUserOne("\x08\x01", 2);
const std::string kNobody("\x08\x63", 2);

grpc::ByteBuffer Pack(const std::string &bytes)
{
    grpc::Slice slice(bytes);
    return grpc::ByteBuffer(&slice, 1);
}

void Require(bool condition, const char *what)
{
    if (condition) return;
    std::fprintf(stderr, "FAILED: %s\n", what);
    std::exit(1);
}

// One call under way.
struct Call
{
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
};

class Client
{
  public:
    explicit Client(const std::string &address)
        : stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))
    {
    }

    void Start(Call *call, const std::string &method, const std::string &request)
    {
        call->reader = stub_.PrepareUnaryCall(&call->context, method, Pack(request), &queue_);
        call->reader->StartCall();
        call->reader->Finish(&call->response, &call->status, call);
    }

    void *Next()
    {
        void *tag;
        bool ok;
        Require(queue_.Next(&tag, &ok), "the queue of completions goes on");
        return tag;
    }

    // Takes messages of a stream until there are so many bytes, and cancels it.
    void Watch(const std::string &method, size_t bytes)
    {
        grpc::ClientContext context;
        grpc::Status status;
        auto stream = stub_.PrepareCall(&context, method, &queue_);
        stream->StartCall(this);
        Next();
        stream->WriteLast(Pack(""), grpc::WriteOptions(), this);
        Next();
        size_t taken = 0;
        while (taken < bytes) {
            grpc::ByteBuffer message;
            stream->Read(&message, this);
            Next();
            Require(message.Length() > 0, "a stream goes on");
            taken += message.Length();
        }
        context.TryCancel();
        stream->Finish(&status, this);
        Next();
        Require(status.error_code() == grpc::StatusCode::CANCELLED, "a stream is cancelled");
    }

  private:
    grpc::CompletionQueue queue_;
    grpc::GenericStub stub_;
};

void AnswersAndRefuses(Client *client)
{
    Call found, missing;
    client->Start(&found, kGetBalance, kUserOne);
    client->Next();
    Require(found.status.ok(), "a call is answered");
    missing.context.AddMetadata("accept-language", "ko");
    client->Start(&missing, kGetBalance, kNobody);
    client->Next();
    Require(missing.status.error_code() == grpc::StatusCode::NOT_FOUND, "a refusal has its code");
    Require(missing.status.error_message() == "존재하지 않는 유저입니다.",
            "a refusal has its message");
    Require(!missing.status.error_details().empty(), "a refusal has details");
    auto trailers = missing.context.GetServerTrailingMetadata();
    auto reason = trailers.find("onsale-reason");
    Require(reason != trailers.end() && reason->second == "USER_NOT_FOUND",
            "a refusal has its reason");
}

void ManyAtOnce(Client *client)
{
    std::vector<std::unique_ptr<Call>> calls;
    for (int i = 0; i < kInFlight; i++) {
        calls.push_back(std::make_unique<Call>());
        client->Start(calls.back().get(), kGetBalance, kUserOne);
    }
    for (int i = 0; i < kInFlight; i++)
        Require(static_cast<Call *>(client->Next())->status.ok(), "each of many is answered");
}

void DeadlinesAndCancelling(Client *client)
{
    std::vector<std::unique_ptr<Call>> calls;
    for (int i = 0; i < 3000; i++) {
        calls.push_back(std::make_unique<Call>());
        calls.back()->context.set_deadline(std::chrono::system_clock::now() +
                                           std::chrono::milliseconds(1));
        client->Start(calls.back().get(), kGetBalance, kUserOne);
        if (i % 3 == 0) calls.back()->context.TryCancel();
    }
    for (int i = 0; i < 3000; i++) {
        auto code = static_cast<Call *>(client->Next())->status.error_code();
        Require(code == grpc::StatusCode::OK || code == grpc::StatusCode::CANCELLED ||
                    code == grpc::StatusCode::DEADLINE_EXCEEDED,
                "an expired call ends as such");
    }
    Call after;
    client->Start(&after, kGetBalance, kUserOne);
    client->Next();
    Require(after.status.ok(), "a call after them is answered");
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    Client client(argv[1]);
    AnswersAndRefuses(&client);
    ManyAtOnce(&client);
    DeadlinesAndCancelling(&client);
    client.Watch(kWatchEvents, 10);
    std::puts("every call ended as it should");
}
