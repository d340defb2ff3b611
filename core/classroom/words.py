"""Words of join codes: short, easy to spell, known to children."""

TEXT = """
acorn actor album alpha amber anchor angel ankle apple apron arch arena arrow artist ash aspen
atlas atom attic aunt autumn avocado badge bagel baker bamboo banana banjo barn basil basin
basket bat beach beacon bean bear beaver bee bell belt bench berry bike birch bird biscuit
bishop blanket blossom blue boat bolt bonnet book boot border bottle bowl box bracket branch
brass bread breeze brick bridge brook broom brush bubble bucket buffalo bugle button cabin
cable cactus cake camel camera canal candle candy canoe canyon captain car card carpet carrot
castle cat cedar cello chair chalk cheese cherry chess chin circle circus city clay cliff clock
cloud clover coach coast coat cobra cocoa coffee coin comet compass copper coral corn cosmos
cotton cousin crab crane crater crayon cream cricket crow crown crystal cube cup curtain daisy
dance dawn deer delta desert desk dial diamond dinner dolphin donkey door dragon drum duck
eagle earth easel east echo eel egg elbow elephant elm ember emu engine eraser falcon family
farm feather fern ferry field fig finch finger fire fish flag flame flask flower flute fog
forest fork fox frog frost galaxy garden garlic gate gecko giant ginger giraffe glacier glass
globe glove goat gold goose grain grape grass gravel green guitar hammer harbor harp hat hawk
hazel heart hedge helmet hen heron hill hippo honey hood horse hotel house hummus ice igloo
inch ink insect iris iron island ivory ivy jacket jaguar jam jar jasmine jelly jewel jigsaw
judge juice jungle kale kayak kettle key king kite kitten kiwi knee knight koala ladder lagoon
lake lamp lantern laptop lark laser lava lawn leaf lemon lentil leopard letter lily lime linen
lion lizard llama lobster lotus lunar lynx machine magnet mango map maple marble market meadow
melon memory mercury metal meteor mint mirror mole monkey moon moose moss moth motor mountain
mouse muffin museum music nail nebula needle nest net nickel night north notebook nougat nurse
nut oak oasis oat ocean octopus olive omelet onion opal opera orange orbit orchid organ osprey
ostrich otter oven owl oyster paddle page palace palm panda panther papaya paper parade parrot
pasta patio peach peacock peanut pear pebble pelican pencil penguin pepper piano picnic pigeon
pillow pilot pine pink pirate planet plaza plum pocket poem polar pond pony poplar poppy potato
prairie prism puffin pumpkin puppet purple puzzle pyramid quail quartz queen quilt rabbit
raccoon radar radio radish rail rain raven reef ribbon rice river robin robot rocket roof rose
ruby ruler saddle saffron sail salad salmon salt sand satin saturn scarf school scooter seal
seed shadow shark sheep shell ship shoe silk silver singer sister skate sketch sky sled smile
snail snow soap sofa solar sparrow spice spider spinach spoon spring spruce square squid stable
stamp star station steam stone stork storm straw stream sugar summer sun swan table teapot
temple tennis tent thunder tiger timber toast tomato topaz torch tower town tractor train
travel treasure tree triangle trout trumpet tulip tunnel turkey turnip turtle ukulele umbrella
valley vanilla velvet village vine violet violin volcano wagon walnut walrus water wave whale
wheat wheel willow window winter wizard wolf wombat yacht yellow zebra zenith
"""
WORDS = tuple(TEXT.split())
