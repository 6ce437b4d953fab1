#include "wasm/compiler.h"

#include <string>
#include <utility>

#include "base/strings.h"
#include "wasm/engine_handle.h"
#include "wasm/handle.h"

namespace hermes::wasm {
namespace {

using namespace std::string_view_literals;

// The first eight bytes, by the binary format of WebAssembly and of the component model.
Result<> check_kind(std::string_view bytes) {
  if (bytes.starts_with("\0asm\x0d\0\1\0"sv)) return {};
  if (bytes.starts_with("\0asm\1\0\0\0"sv)) {
    return Error(Code::InvalidArgument,
                 "it is a core module, not a component: 'hermes-component new' makes one of it");
  }
  return Error(Code::InvalidArgument, "it is not a WebAssembly component");
}

}  // namespace

Result<std::unique_ptr<Compiler>> Compiler::open(const std::filesystem::path& directory,
                                                 bool pooling) {
  auto cache = TRY(CodeCache::open(directory));
  const auto config = config_of({.pooling = pooling, .slots = 1});
  hermes_engine* engine = nullptr;
  TRY(check(hermes_engine_new(&config, &engine)).context("starting the compiler"));
  return std::unique_ptr<Compiler>(new Compiler(std::move(cache), engine));
}

Compiler::Compiler(CodeCache cache, hermes_engine* engine)
    : cache_(std::move(cache)), engine_(engine) {}

Compiler::~Compiler() {
  hermes_engine_free(engine_);
}

Result<CompiledComponent> Compiler::compile(std::string_view component) const {
  if (component.size() > kMaxComponent) {
    return Error(Code::InvalidArgument, concat("the component has ", component.size(),
                                               " bytes, and may have ", kMaxComponent));
  }
  TRY(check_kind(component));
  const auto engine = std::to_string(hermes_engine_compatibility(engine_));
  auto code = cache_.find(component, engine);
  if (!code) {
    hermes_bytes made = {};
    TRY(check(hermes_compile(engine_, reinterpret_cast<const std::uint8_t*>(component.data()),
                             component.size(), &made)));
    const std::string_view bytes(reinterpret_cast<const char*>(made.data), made.len);
    auto inserted = cache_.insert(component, engine, bytes);
    hermes_bytes_free(made);
    code.emplace(TRY(std::move(inserted)));
  }
  auto interface = TRY(describe(*code));
  return CompiledComponent(std::make_shared<CompiledComponent::State>(
      CompiledComponent::State{std::move(*code), std::move(interface)}));
}

Result<ComponentInterface> Compiler::describe(const CodeFile& code) const {
  hermes_component* raw = nullptr;
  TRY(check(hermes_component_load(engine_, code.descriptor(), &raw)));
  const Handle<hermes_component, hermes_component_free> component(raw);
  ComponentInterface interface;
  const auto visit = [](void* env, bool is_export, const std::uint8_t* name,
                        std::size_t len) noexcept {
    auto& found = *static_cast<ComponentInterface*>(env);
    auto& list = is_export ? found.exports : found.imports;
    list.emplace_back(reinterpret_cast<const char*>(name), len);
  };
  hermes_component_describe(engine_, component.get(), visit, &interface);
  return interface;
}

}  // namespace hermes::wasm
