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
                                                 CompilerOptions options, bool reserve,
                                                 log::Log& log) {
  auto cache = TRY(CodeCache::open(directory));
  const MemoryBudget memory;
  auto config = config_of({.pooling = false, .slots = 1}, memory);
  config.reserve = reserve;
  hermes_engine* engine = nullptr;
  TRY(check(hermes_engine_new(&config, &engine)).context("starting the compiler"));
  return std::unique_ptr<Compiler>(
      new Compiler(std::move(cache), std::move(options), reserve, engine, log));
}

Compiler::Compiler(CodeCache cache, CompilerOptions options, bool reserve, hermes_engine* engine,
                   log::Log& log)
    : cache_(std::move(cache)),
      options_(std::move(options)),
      reserve_(reserve),
      engine_(engine),
      log_(log) {}

Compiler::~Compiler() {
  hermes_engine_free(engine_);
}

Result<CompiledComponent> Compiler::compile(std::string_view component, bool all_cores) const {
  const auto most = options_.limits.component;
  if (component.size() > most) {
    return Error(Code::InvalidArgument,
                 concat("the component has ", component.size(), " bytes, and may have ", most));
  }
  TRY(check_kind(component));
  const auto engine = std::to_string(hermes_engine_compatibility(engine_));
  const auto path = cache_.path_of(component, engine);
  const auto in_use = live_.with([&](Live& live) {
    const auto found = live.find(path);
    return found == live.end() ? nullptr : found->second.lock();
  });
  if (in_use) return CompiledComponent(in_use);

  auto code = TRY(code_of(component, path, all_cores));
  auto interface = TRY(describe(code));
  auto made =
      std::make_shared<const CompiledComponent::State>(std::move(code), std::move(interface));
  live_.with([&](Live& live) {
    std::erase_if(live, [](const auto& one) { return one.second.expired(); });
    live[path] = made;
  });
  return CompiledComponent(std::move(made));
}

Result<CodeFile> Compiler::code_of(std::string_view component, const std::filesystem::path& path,
                                   bool all_cores) const {
  if (auto found = cache_.find(path)) return *std::move(found);
  const CompileOptions options{reserve_, all_cores};
  auto made = TRY(options_.program.empty()
                      ? compile_here(component, options)
                      : compile_apart(options_.program, component, options, options_.limits));
  auto kept = [&] {
    const CodeMapping code(made);
    return cache_.insert(path, code.content());
  }();
  if (kept) return kept;
  // It runs all the same, and is compiled again next time.
  log_.write({.level = log::Level::Warn,
              .message = concat("compiled code is not kept: ", kept.error().message())});
  return made;
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
