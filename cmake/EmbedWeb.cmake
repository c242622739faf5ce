# cmake -DDIST=web/dist -DOUT=folder -P EmbedWeb.cmake
#
# Compresses every file of the built front end and writes web_assets.S (the bytes, included by the assembler: quick
# and exact, whatever their size) and web_assets.cpp (the table).
file(GLOB_RECURSE files RELATIVE "${DIST}" "${DIST}/*")
list(SORT files)
set(assembly "    .section .rodata\n")
set(declarations "")
set(rows "")
set(index 0)
file(MAKE_DIRECTORY "${OUT}/gzip")
foreach(name ${files})
  set(packed "${OUT}/gzip/${index}.gz")
  execute_process(COMMAND gzip -9 -n -c "${DIST}/${name}" OUTPUT_FILE "${packed}" COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 "${DIST}/${name}" hash)
  string(SUBSTRING "${hash}" 0 16 etag)
  get_filename_component(extension "${name}" LAST_EXT)
  set(type "application/octet-stream")
  if(extension STREQUAL ".html")
    set(type "text/html; charset=utf-8")
  elseif(extension STREQUAL ".js")
    set(type "text/javascript; charset=utf-8")
  elseif(extension STREQUAL ".css")
    set(type "text/css; charset=utf-8")
  elseif(extension STREQUAL ".svg")
    set(type "image/svg+xml")
  elseif(extension STREQUAL ".woff2")
    set(type "font/woff2")
  elseif(extension STREQUAL ".json" OR extension STREQUAL ".webmanifest")
    set(type "application/json")
  elseif(extension STREQUAL ".png")
    set(type "image/png")
  endif()
  string(APPEND assembly
    "    .global tactus_asset_${index}\n    .global tactus_asset_${index}_end\n"
    "tactus_asset_${index}:\n    .incbin \"${packed}\"\ntactus_asset_${index}_end:\n")
  string(APPEND declarations "extern const unsigned char tactus_asset_${index}[], tactus_asset_${index}_end[];\n")
  string(APPEND rows
    "      {\"/${name}\", \"${type}\", \"\\\"${etag}\\\"\", {tactus_asset_${index}, tactus_asset_${index}_end}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")
file(WRITE "${OUT}/web_assets.S" "${assembly}")
file(WRITE "${OUT}/web_assets.cpp"
  "#include \"web_assets.hpp\"\n\nextern \"C\" {\n${declarations}}\n\n"
  "std::span<const tactus::server::Asset> tactus::web_assets() {\n"
  "  static const server::Asset assets[] = {\n${rows}  };\n  return assets;\n}\n")
