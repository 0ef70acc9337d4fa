# cmake/ModulePicture.cmake - the USES lines of tracer/CMakeLists.txt as a picture: MODULE.dot at configure time,
# docs/modules.svg by ./dev docs.

set(pure_style "fillcolor=\"#dcefe3\", color=\"#3b7d57\"")
set(impure_style "fillcolor=\"#fde8cf\", color=\"#b3671b\"")
set(apart_style "fillcolor=\"#e7e9f5\", color=\"#5a63a6\"")

# Remembers module `name` and the modules it uses for the picture.
function(sockstep_draw_module name pure)
    if(pure)
        set(style "${pure_style}")
    else()
        set(style "${impure_style}")
    endif()
    set(lines "    ${name} [${style}]\n")
    foreach(used IN LISTS ARGN)
        string(APPEND lines "    ${name} -> ${used}\n")
    endforeach()
    set_property(GLOBAL APPEND_STRING PROPERTY sockstep_picture "${lines}")
endfunction()

# Writes the picture of all modules declared so far, in Graphviz's language. Arrows that other arrows imply are left to
# tred(1) to remove; programs are drawn beside the modules, because no arrow leads from one to the other.
function(sockstep_write_module_picture file)
    get_property(modules GLOBAL PROPERTY sockstep_picture)
    string(CONFIGURE [[digraph sockstep {
    graph [rankdir=TB, fontname="Helvetica,Arial,sans-serif", fontsize=12, labelloc=b, nodesep=0.35, ranksep=0.45,
           label="\nA module may include only headers of the modules that its arrows lead to,\ndirectly or by way of others."]
    node [shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=14, penwidth=1.4, height=0.42]
    edge [color="#555555", arrowsize=0.7]

@modules@
    subgraph cluster_key {
        label="" style=invis
        node [fontsize=11, height=0.3]
        pure [label="PURE: values in, values out", @pure_style@]
        impure [label="touches kernel, clock or files", @impure_style@]
        apart [label="server/ and client/: include nothing of tracer/", @apart_style@]
        pure -> impure -> apart [style=invis]
    }
}
]] text @ONLY)
    file(CONFIGURE OUTPUT "${file}" CONTENT "${text}" @ONLY)
endfunction()
